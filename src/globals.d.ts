/// <reference types="@tarojs/taro" />

/** Origin of the API, written in by the build; empty where it is the page's own. */
declare const TPW_API_BASE_URL: string;

declare module '*.png' {
  const url: string;
  export default url;
}
declare module '*.scss';
